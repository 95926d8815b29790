module dev.gofer/bench/own

go 1.26
