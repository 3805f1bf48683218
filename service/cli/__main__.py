"""`python -m service.cli`: the same as `skillprofile`, for the processes that `dev` starts."""

from service.cli.program import main

main()
