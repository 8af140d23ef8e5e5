#include "clone/byte_estimate.h"

#include <algorithm>

namespace understudy::clone {

void ByteEstimate::Done(size_t table, uint64_t expected, uint64_t actual) {
  for (Part* part : {&tables_[table], &all_}) {
    part->done += expected;
    part->actual += actual;
  }
}

uint64_t ByteEstimate::Total() const {
  const auto ratio = [](const Part& part, double otherwise) {
    return part.done == 0 ? otherwise : static_cast<double>(part.actual) / static_cast<double>(part.done);
  };
  const double of_all = ratio(all_, 1);
  auto total = static_cast<double>(all_.actual);
  for (const auto& [table, part] : tables_) {
    total += ratio(part, of_all) * static_cast<double>(part.expected - std::min(part.expected, part.done));
  }
  return static_cast<uint64_t>(total);
}

}  // namespace understudy::clone
