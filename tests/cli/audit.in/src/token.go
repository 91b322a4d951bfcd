package token

import "fmt"

func check(hours int) error {
	if hours < 1 {
		return fmt.Errorf("DEMO-1: the token has expired, see https://runbooks.example.org/e/DEMO-1/")
	}
	return fmt.Errorf("DEMO-11: cannot read the token")
}
