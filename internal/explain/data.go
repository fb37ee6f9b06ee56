// SPDX-License-Identifier: MPL-2.0

package explain

import (
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// ProjectData is the subject of a data source or a list block that reads a project, such as its images. The region is empty if
// it is that of the provider.
func ProjectData(title, region, project string) Subject {
	return Subject{Title: title, Facts: placeFacts(region, project), Data: true, Project: path.Root("project_id")}
}

// ImageData is the subject of a data source that reads an image, such as its tags.
func ImageData(title, region string, image ims.Image) Subject {
	subject := ProjectData(title, region, image.ProjectID)
	subject.Facts = append([]Fact{{"Image", image.ID}}, subject.Facts...)
	subject.Image = path.Root("image_id")
	return subject
}

// placeFacts identify a project, as far as it is known.
func placeFacts(region, project string) []Fact {
	var facts []Fact
	if project != "" {
		facts = append(facts, Fact{"Project", project})
	}
	if region != "" {
		facts = append(facts, Fact{"Region", region})
	}
	return facts
}
