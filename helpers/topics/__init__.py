"""One file for each subject: what torch computes, the sheet that shows it, its caption, its explorer."""
