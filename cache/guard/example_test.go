package guard_test

import (
	"fmt"

	"github.com/likewise-go/likewise/cache/guard"
)

func ExampleCompare() {
	stored := guard.Extract("How do I fly from Oslo to Rome with 20 kg of luggage?")
	asked := guard.Extract("how to fly from Rome to Oslo with 20 lb of luggage")
	for _, veto := range guard.Compare(&stored, &asked, nil) {
		fmt.Println(veto)
	}
	// Output:
	// unit: "20 kg" against "20 lb"
	// order: "Oslo to Rome" against "Rome to Oslo"
}
