# Charts as files.
results-no-cjk-font = no font of this system has Chinese characters, so the pictures are in English; install one (Debian: fonts-noto-cjk), or use --format svg, where the viewer has the fonts
results-no-charts = { $run }: this run has nothing to draw
results-drawn = { $n ->
    [one] { $n } chart in { $folder }
   *[other] { $n } charts in { $folder }
}

# The list of records.
results-head-run = run
results-head-started = started
results-head-title = title
results-head-verdict = verdict
results-head-timeouts = timeouts to write
results-verdict-valid = valid
results-verdict-warnings = valid, with warnings
results-verdict-invalid = INVALID
results-verdict-unread = not judged
results-none = no records in { $folder }; `openim-bench run profiles/quickstart.toml` makes one

# The browser.
results-opening = opening { $file }

# Errors.
results-no-chart = --chart { $name }: there is no such chart; there are: { $names }
results-no-folder = --out: cannot make the folder { $folder }
results-no-browser = no browser could be started (tried { $tried }); open the file yourself, or name a browser in BROWSER
