"""What a site offers: feeds, sitemaps, links of a page. Pure: bytes in, links out."""
