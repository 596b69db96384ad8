"""What tests share: databases, servers, a browser, and readers of pages."""
