"""How pictures are made: a sheet of plain data, and two renderers.

`sheet` holds what a picture shows, `parts` what many pictures share, `letters` and `colours` what both renderers agree
on. `still` draws a sheet with Matplotlib, `live` and `canvas.js` draw it in the browser; `wire` is how it gets there.
"""
