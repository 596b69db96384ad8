"""Country councils, who sits on them, the posts they work with, and the rule of sight."""
