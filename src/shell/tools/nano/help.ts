/** What Ctrl-G shows. */
export const help = `Main nano help text

 The first line of the screen names the file and says whether it was changed.  Below it stands the text; the last lines show messages
 and the keys.  ^X is Ctrl with X, M-U is Alt with U, or Escape and then U.

 ^G   Display this help text              ^X   Close the current buffer / Exit from nano
 ^O   Write the current buffer to disk    ^R   Insert another file into current buffer
 ^W   Search forward for a string         ^Q   Search backward for a string
 ^\\   Replace a string                    M-W  Search next occurrence forward
 ^K   Cut current line into cutbuffer     ^U   Paste the contents of cutbuffer
 M-6  Copy current line into cutbuffer    M-A  Mark text starting from the cursor
 M-U  Undo the last operation             M-E  Redo the last undone operation
 ^C   Display the position of the cursor  ^/   Go to line and column number
 ^A   Go to beginning of current line     ^E   Go to end of current line
 ^Y   Go one screenful up                 ^V   Go one screenful down
 M-\\  Go to the first line                M-/  Go to the last line
 ^D   Delete the character under cursor   M-]  Go to the matching bracket
 M-N  Line numbering on and off           M-T  Cut from cursor to the end
 ^T   Execute a command, insert its output`;
