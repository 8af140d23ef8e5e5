// The sections of the page that are plain tables: what was neutralised, jobs, filestore, environment, …
//
// DESIGN: private to html_data.cc. What a person must see is a part of its own and shown; long parts are
// folded under a line that says how many they are. Threads: thread-safe.
#ifndef UNDERSTUDY_REPORT_HTML_SECTIONS_H_
#define UNDERSTUDY_REPORT_HTML_SECTIONS_H_

#include <kainjow/mustache.hpp>

#include "report/model.h"

namespace understudy::report {

void AddSections(const Model& model, kainjow::mustache::data* page);

}  // namespace understudy::report

#endif  // UNDERSTUDY_REPORT_HTML_SECTIONS_H_
