# Notes and errors of the commands
