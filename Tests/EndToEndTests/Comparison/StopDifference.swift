/// Something that two debuggers show differently.
struct StopDifference: CustomStringConvertible {
  /// The number of the stop, and the program counter there.
  let stop: Int
  let pc: UInt64
  /// The number of the frame, and its function.
  let frame: Int
  let function: String
  let subject: Subject
  let ours: String
  let theirs: String
  /// Where a variable is, as GDB says it, if that changes from instruction to instruction.
  var place: String?
  /// Whether the innermost function is making its frame, or taking it down.
  let isMoving: Bool
  /// Whether a variable has a member that isn't at its alignment, or on another one.
  var isMisplaced = false

  /// What differs.
  enum Subject: Equatable {
    /// The frames from here on.
    case frames
    case function
    /// Whether the frame is an inlined copy.
    case inlining
    case file
    case line
    /// Which parameters, or variables, there are.
    case parameters
    case variables
    case value(of: String)
  }

  var description: String {
    let subject =
      if case .value(let name) = subject { "value of \(name)" } else { "\(self.subject)" }
    return "stop \(stop) at 0x\(String(pc, radix: 16)), frame \(frame), \(function), \(subject): "
      + "ours \(ours) | GDB \(theirs)" + (place.map { " (\($0))" } ?? "")
      + (isMoving ? " (while the frame is made or taken down)" : "")
  }
}

/// Compares what the shell shows with what GDB does.
struct StopComparison {
  /// The names that we show for names for the linker.
  let displayName: (String) -> String
  /// Makes of GDB's value what we show for the same value.
  let value: (ValueTree) -> ValueTree

  /// What differs at a stop.
  func differences(_ ours: SeenStop, _ theirs: SeenStop, stop: Int) -> [StopDifference] {
    let pairs = zip(ours.frames, theirs.frames).prefix {
      $0.pc == $1.pc && ["", "hv"].contains($0.space)
    }
    var found: [StopDifference] = []
    func note(
      _ frame: Int, _ subject: StopDifference.Subject, _ our: String?, _ their: String?,
      of variable: SeenStop.Variable? = nil
    ) {
      guard our != their else { return }
      found.append(
        StopDifference(
          stop: stop, pc: ours.registers["pc"] ?? 0, frame: frame,
          function: (ours.frames.indices.contains(frame) ? ours.frames[frame] : ours.frames.first)?
            .function ?? "?", subject: subject, ours: our ?? "nothing", theirs: their ?? "nothing",
          place: variable?.place, isMoving: theirs.isMoving ?? false,
          isMisplaced: variable?.isMisplaced ?? false))
    }
    for (number, (our, their)) in pairs.enumerated() {
      note(number, .function, our.function.map(Self.withoutArguments), name(of: their))
      note(number, .inlining, "\(our.isInlined)", "\(their.isInlined)")
      note(number, .file, our.file.map(Self.fileName), their.file.map(Self.fileName))
      note(number, .line, our.line.map { "\($0)" }, their.line.map { "\($0)" })
      for isParameter in [true, false] {
        let ours = (our.variables ?? []).filter { $0.isParameter == isParameter }
        let theirs = (their.variables ?? []).filter { $0.isParameter == isParameter }
        note(
          number, isParameter ? .parameters : .variables,
          ours.map(\.name).joined(separator: " "), theirs.map(\.name).joined(separator: " "))
        for (our, their) in Self.pairs(ours, theirs) {
          guard let ourText = our.text, let theirText = their.text else { continue }
          let parts = ValueTree(ourText).differences(
            from: value(ValueTree(theirText)).naming(displayName), at: our.name)
          for (path, ours, theirs) in parts {
            note(number, .value(of: path), ours, theirs, of: their)
          }
        }
      }
    }
    let count = pairs.count
    if ours.frames.count > count || theirs.frames.count > count {
      let isGuests = ours.frames.indices.contains(count) && ours.frames[count].space == "guest"
      note(
        count, .frames, isGuests ? "the guest's" : names(ours.frames.dropFirst(count)),
        names(theirs.frames.dropFirst(count)))
    }
    return found
  }

  /// Variables of the same name: the first with the first, and so on.
  private static func pairs(
    _ ours: [SeenStop.Variable], _ theirs: [SeenStop.Variable]
  ) -> [(SeenStop.Variable, SeenStop.Variable)] {
    var rest = theirs
    return ours.compactMap { our in
      guard let index = rest.firstIndex(where: { $0.name == our.name }) else { return nil }
      return (our, rest.remove(at: index))
    }
  }

  private func names(_ frames: ArraySlice<SeenStop.Frame>) -> String {
    frames.isEmpty
      ? "no more"
      : frames.map { name(of: $0) ?? "0x" + String($0.pc, radix: 16) }.joined(separator: ", ")
  }

  private func name(of frame: SeenStop.Frame) -> String? {
    (frame.linkageName ?? frame.function).map { Self.withoutArguments(displayName($0)) }
  }

  private static func fileName(_ path: String) -> String {
    String(path.split(separator: "/").last ?? "")
  }

  /// `VCpu.run` for `VCpu.run()`.
  private static func withoutArguments(_ name: String) -> String {
    guard let open = name.firstIndex(of: "("), open > name.startIndex else { return name }
    return String(name[..<open])
  }
}
