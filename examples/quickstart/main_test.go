package main

func Example_main() {
	main()
	// Output:
	// miss: Open Settings, choose Security, then Reset.
	// semantic: Open Settings, choose Security, then Reset.
}
