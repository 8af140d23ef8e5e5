// The parts of report.html that are files: made into constants by embed.cmake.
//
// Threads: immutable.
#ifndef UNDERSTUDY_REPORT_ASSETS_H_
#define UNDERSTUDY_REPORT_ASSETS_H_

namespace understudy::report {

extern const char kMustache[];
extern const char kCss[];
extern const char kJs[];

}  // namespace understudy::report

#endif  // UNDERSTUDY_REPORT_ASSETS_H_
