"""The JSON API: what programs may ask for the people whose tokens they hold."""
