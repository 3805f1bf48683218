"""The development inbox: takes every mail over SMTP, keeps it in a folder, and shows it on a page.

It stands alone: nothing else of the service is known here.
"""
