// Twin of the first part of Tour3Select.java.
package main

import (
	"fmt"
	"time"
)

func main() {
	letters := make(chan string, 1)
	select {
	case letter := <-letters:
		fmt.Println("got", letter)
	default:
		fmt.Println("no letter yet")
	}
	select {
	case letter := <-letters:
		fmt.Println("got", letter)
	case letters <- "a letter":
		fmt.Println("sent")
	}
	select {
	case letter := <-letters:
		fmt.Println("got", letter)
	case <-time.After(time.Hour):
		fmt.Println("too late")
	}
	select {
	case letter := <-letters:
		fmt.Println("got", letter)
	case <-time.After(10 * time.Millisecond):
		fmt.Println("gave up")
	}
}
