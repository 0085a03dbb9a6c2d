# Shows the failed tests of a TAP file: each `not ok` and the comments or the
# diagnostic block behind it.
/^ *not ok / { show = 40; print "    | " $0; next }
/^ *ok / || /^ *1\.\./ { show = 0 }
show > 0 { show--; print "    | " $0 }
