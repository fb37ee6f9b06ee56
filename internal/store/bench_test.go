// SPDX-License-Identifier: MPL-2.0

package store_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/faketransport"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/store"
)

// benchClient returns a client of a service that answers at once, and where each image has ten tags.
func benchClient(b *testing.B) *ims.Client {
	b.Helper()
	tags := make([]string, 10)
	for i := range tags {
		tags[i] = fmt.Sprintf(`{"key":"key-%d","value":"value-%d"}`, i, i)
	}
	body := `{"tags":[` + strings.Join(tags, ",") + `]}`
	return newClient(b, &faketransport.Scripted{Answer: func(int, *http.Request) (*http.Response, error) {
		return faketransport.Response(http.StatusOK, body), nil
	}})
}

// A read of an image that the store has read before.
func BenchmarkStoreTagsAgain(b *testing.B) {
	s := store.New(benchClient(b), store.Options{})
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Tags(context.Background(), image); err != nil {
			b.Fatal(err)
		}
	}
}

// A refresh of 1,000 tags on 100 images.
func BenchmarkStoreRefresh(b *testing.B) {
	client := benchClient(b)
	b.ReportAllocs()
	for b.Loop() {
		s := store.New(client, store.Options{})
		for i := range 1000 {
			one := ims.Image{ProjectID: image.ProjectID, ID: fmt.Sprint(i / 10)}
			if _, err := s.Tags(context.Background(), one); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// A read of a tag whose image was listed before, ten at a time on each core.
func BenchmarkStoreConfirm(b *testing.B) {
	f := &fakeService{images: 1000}
	listed := f.list(0, f.images)
	s := store.New(newClient(b, &faketransport.Scripted{Answer: func(_ int, r *http.Request) (*http.Response, error) {
		if r.Method == http.MethodPost {
			return faketransport.Response(http.StatusOK, listed), nil
		}
		return faketransport.Response(http.StatusOK, `{"tags":[{"key":"k","value":"v"}]}`), nil
	}}), store.Options{Bulk: true})
	tag := ims.Tag{Key: "k", Value: "v"}
	images := make([]ims.Image, f.images)
	for i := range images {
		images[i] = f.image(i)
		if s.Confirm(b.Context(), images[i], tag) {
			continue
		}
		if _, err := s.Tags(b.Context(), images[i]); err != nil {
			b.Fatal(err)
		}
	}
	b.SetParallelism(10)
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for i := 500; pb.Next(); i = 500 + (i+1)%500 {
			if !s.Confirm(b.Context(), images[i], tag) {
				b.Error("a tag is not confirmed")
			}
		}
	})
}
