// What a session on a standby may meet.
#ifndef UNDERSTUDY_PG_STANDBY_H_
#define UNDERSTUDY_PG_STANDBY_H_

namespace understudy::pg {

// Goes behind the error of a session that was cancelled or ended.
inline constexpr char kStandbyConflict[] =
    "; on a standby it means that replaying production's changes came first: set hot_standby_feedback = on "
    "there, or raise max_standby_streaming_delay";

}  // namespace understudy::pg

#endif  // UNDERSTUDY_PG_STANDBY_H_
