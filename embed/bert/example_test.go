package bert_test

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/likewise-go/likewise/embed/bert"
)

// A model folder becomes one file, once; services open the file.
func Example() {
	f, err := os.Create("minilm.bert")
	if err != nil {
		log.Fatal(err)
	}
	report, err := bert.Pack("all-MiniLM-L6-v2", f)
	if err != nil {
		log.Fatal(err)
	}
	if err := f.Close(); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%d bytes, cosine with float32 at least %.3f\n", report.Bytes, report.CosineMin)

	e, err := bert.Open("minilm.bert")
	if err != nil {
		log.Fatal(err)
	}
	vectors, err := e.Embed(context.Background(), "How do I reset my password?", "I forgot my password")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(vectors), e.Dim())
}
