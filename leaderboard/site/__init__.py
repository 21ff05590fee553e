"""The leaderboard as a static site, and one run as a page: tables, charts and a gallery of every edit."""
