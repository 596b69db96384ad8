"""How somebody is reached besides mail: webhooks, chat, text messages, their browser."""
