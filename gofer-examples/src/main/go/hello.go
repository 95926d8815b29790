// Twin of HelloGo.java.
package main

import "fmt"

func f(a, b, c int) int { return a + b + c }

func main() {
	answer := make(chan int)
	go func() { answer <- f(1, 2, 3) }()
	fmt.Println("main goes on")
	fmt.Println("f(1, 2, 3) =", <-answer)

	start := make(chan struct{})
	seen := make(chan string)
	price := 1
	go func(now int) {
		<-start
		seen <- fmt.Sprintf("local %d, field %d", now, price)
	}(price) // an argument: evaluated at the call of go
	price = 2
	close(start)
	fmt.Println(<-seen)
}
