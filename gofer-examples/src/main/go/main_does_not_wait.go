// Twin of MainDoesNotWait.java.
package main

import (
	"fmt"
	"time"
)

func main() {
	go func() {
		defer fmt.Println("goroutine: cleaned up")
		time.Sleep(time.Hour)
		fmt.Println("goroutine: done")
	}()
	fmt.Println("main: done")
}
