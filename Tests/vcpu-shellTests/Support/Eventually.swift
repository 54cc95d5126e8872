import Glibc

/// Waits for a condition that has no descriptor to poll.
///
/// - Returns: whether it became true in time.
func eventually(within time: Duration = .seconds(20), _ condition: () throws -> Bool) rethrows
  -> Bool
{
  let deadline = ContinuousClock.now + time
  while try !condition() {
    guard ContinuousClock.now < deadline else { return false }
    usleep(1000)
  }
  return true
}
