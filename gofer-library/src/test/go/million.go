// The twin of dev.gofer.scale.Million: parks many goroutines on one channel, then releases them all with one close.
package main

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

func main() {
	many, err := strconv.Atoi(os.Args[1])
	if err != nil {
		panic(err)
	}
	begun := time.Now()
	gate := make(chan string)
	var all sync.WaitGroup
	var there atomic.Int64
	for range many {
		all.Go(func() {
			there.Add(1)
			<-gate
		})
	}
	for there.Load() != int64(many) {
		runtime.Gosched()
	}
	parked := time.Now()
	close(gate)
	all.Wait()
	fmt.Println(parked.Sub(begun).Milliseconds(), time.Since(parked).Milliseconds(), peak())
}

// Of the resident memory, in MB.
func peak() int {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		panic(err)
	}
	for _, line := range strings.Split(string(status), "\n") {
		if strings.HasPrefix(line, "VmHWM:") {
			kilobytes, err := strconv.Atoi(strings.Fields(line)[1])
			if err != nil {
				panic(err)
			}
			return kilobytes / 1024
		}
	}
	return -1
}
