"""The frame around a view: sidebar, dialogs, link, errors on the page."""
