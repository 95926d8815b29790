package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"sync"
)

func main() {
	sizes := make(chan string)
	var wg sync.WaitGroup
	for _, url := range os.Args[1:] {
		wg.Go(func() { sizes <- fmt.Sprintf("%s: %d bytes", url, len(fetch(url))) })
	}
	go func() {
		wg.Wait()
		close(sizes)
	}()
	for size := range sizes {
		fmt.Println(size)
	}
}

func fetch(url string) []byte {
	response, err := http.Get(url)
	if err != nil {
		panic(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		panic(err)
	}
	return body
}
