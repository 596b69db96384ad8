"""The shapes of all that is sent to the API and answered by it; its description is made of them."""
