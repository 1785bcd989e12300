package cache

// SetChangesToSave makes an open cache write its index's file after so many
// changes, and returns what undoes that.
func SetChangesToSave(n uint64) (undo func()) {
	before := changesToSave
	changesToSave = n
	return func() { changesToSave = before }
}
