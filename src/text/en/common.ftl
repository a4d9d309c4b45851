# Words that several areas use.
common-at-most = at most { $value }
common-minutes = { $n ->
    [one] { $n } minute
   *[other] { $n } minutes
}
