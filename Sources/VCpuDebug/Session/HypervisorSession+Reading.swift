/// Reads the indexes of a session's files ahead of need, in slices: names, functions, types and variables, lines.
extension HypervisorSession {
  /// Reads some of what isn't read yet of the files' indexes. Nothing is read from the target.
  ///
  /// - Parameter deadline: when to return. A slice that has begun is finished, which takes some milliseconds.
  /// - Returns: false once all is read.
  public func readAhead(until deadline: ContinuousClock.Instant) -> Bool {
    while let next = nextReading() {
      repeat {
        if ContinuousClock.now >= deadline { return true }
      } while next.advance()
      // What can't be read isn't tried again.
      if !next.isRead { return false }
    }
    return false
  }

  /// Lets indexes be read again after `modules.onReading` has thrown.
  ///
  /// - Returns: what it has thrown, unless nothing was ended by it.
  public func endReading() -> (any Error)? {
    guard let failure = modules.takeReadingFailure() else { return nil }
    values.forgetFoundTypes()
    return failure
  }

  private func nextReading() -> (any SlicedReading)? {
    for module in modules.all {
      if let next = values.readings(of: module).first(where: { !$0.isRead }) { return next }
    }
    return nil
  }
}
