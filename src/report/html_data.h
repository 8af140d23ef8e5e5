// The values that report.mustache asks for.
//
// DESIGN: private to html.cc; apart from it because mustache.hpp is slow to compile. Threads: thread-safe.
#ifndef UNDERSTUDY_REPORT_HTML_DATA_H_
#define UNDERSTUDY_REPORT_HTML_DATA_H_

#include <string>

#include "report/model.h"

namespace understudy::report {

// The body of the page.
std::string RenderBody(const Model& model);

}  // namespace understudy::report

#endif  // UNDERSTUDY_REPORT_HTML_DATA_H_
