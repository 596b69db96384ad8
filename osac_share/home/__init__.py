"""Front, country, topic and council pages: they read many features and own nothing."""
