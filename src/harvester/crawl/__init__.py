"""From URLs to outcomes: what a site allows, when it may be asked, and the loop."""
