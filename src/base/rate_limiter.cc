#include "base/rate_limiter.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <thread>

#include "base/strings.h"

namespace understudy {
namespace {

constexpr double kBucketSeconds = 0.25;
constexpr std::chrono::milliseconds kCancelPoll{50};

std::chrono::nanoseconds SteadyNow() { return std::chrono::steady_clock::now().time_since_epoch(); }

}  // namespace

RateLimiter::RateLimiter(uint64_t bytes_per_second, Now now)
    : bytes_per_second_(bytes_per_second),
      now_(now ? std::move(now) : SteadyNow),
      credit_(static_cast<double>(bytes_per_second) * kBucketSeconds),
      last_(now_()) {}

std::chrono::nanoseconds RateLimiter::Take(uint64_t bytes) {
  const auto rate = static_cast<double>(bytes_per_second_);
  MutexLock lock(mutex_);
  const std::chrono::nanoseconds now = now_();
  const double earned = std::chrono::duration<double>(now - last_).count() * rate;
  last_ = now;
  credit_ = std::min(rate * kBucketSeconds, credit_ + earned) - static_cast<double>(bytes);
  if (credit_ >= 0) return std::chrono::nanoseconds(0);
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::duration<double>(-credit_ / rate));
}

std::optional<uint64_t> ParseRate(std::string_view text) {
  text = Trim(text);
  if (text.ends_with("/s")) text.remove_suffix(2);
  const size_t digits = std::min(text.find_first_not_of("0123456789."), text.size());
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + digits, value);
  if (digits == 0 || error != std::errc() || end != text.data() + digits) return std::nullopt;
  const std::string unit = Lower(Trim(text.substr(digits)));
  double factor = 0;
  if (unit.empty() || unit == "b") factor = 1;
  constexpr std::string_view kPrefixes = "kmgt";
  for (size_t i = 0; i < kPrefixes.size(); ++i) {
    const std::string prefix(1, kPrefixes[i]);
    const auto power = static_cast<double>(i + 1);
    if (unit == prefix || unit == prefix + "b") factor = std::pow(1000, power);
    if (unit == prefix + "ib") factor = std::pow(1024, power);
  }
  const double bytes = value * factor;
  if (factor == 0 || bytes >= 9.2e18) return std::nullopt;
  return static_cast<uint64_t>(bytes);
}

bool RateLimiter::Spend(uint64_t bytes, const CancelToken* cancel) {
  using Clock = std::chrono::steady_clock;
  for (const Clock::time_point end = Clock::now() + Take(bytes); Clock::now() < end;) {
    if (cancel != nullptr && cancel->cancelled()) return false;
    std::this_thread::sleep_for(std::min<Clock::duration>(end - Clock::now(), kCancelPoll));
  }
  return true;
}

}  // namespace understudy
