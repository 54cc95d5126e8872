/// Where the address leads, then each stage with its entries.
extension WalkAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] {
    var lines = [head]
    if let permissions, let memory {
      lines.append(Line("  \(words(of: permissions)); \(words(of: memory))"))
    }
    // A walk that ends in stage 1 does not get to the tables of stage 2.
    let endsInStage1 = fault?.stage == 1 || fault?.isOnStage1Walk == true
    for stage in stages where stage.stage == 1 || !endsInStage1 {
      lines += self.lines(of: stage)
    }
    if let hardware { lines += self.lines(of: hardware) }
    return lines
  }

  private var head: Line {
    let step = intermediate.map { Line("ipa:\($0)", .address) + " -> " } ?? Line("")
    let start = Line("\(space):\(address)", .address) + " -> " + step
    if let output { return start + Line("\(outputSpace):\(output)", .address) }
    guard let fault else { return start }
    guard let name = fault.name, let stage = fault.stage else {
      return start + Line("unknown", .error) + ": \(fault.reason)"
    }
    let walk = fault.isOnStage1Walk ? " during a stage 1 walk" : ""
    return start + Line("stage \(stage) \(name)\(walk)", .error) + ": \(fault.reason)"
  }

  private func words(of permissions: Permissions) -> String {
    permissions.words(in: space)
  }

  private func words(of memory: Memory) -> String {
    guard let inner = memory.inner, let outer = memory.outer else { return memory.type }
    let caches = inner == outer ? inner : "inner \(inner), outer \(outer)"
    return "\(memory.type), \(caches), \(memory.shareability)"
  }

  private func lines(of stage: Stage) -> [Line] {
    guard let register = stage.register else { return [Line("stage \(stage.stage) is off")] }
    let size = stage.pageByteCount.map { ", \($0 >> 10) KiB pages" } ?? ""
    let bits = stage.inputBitWidth.map { ", \($0) bits" } ?? ""
    let shown = stage.steps.filter { step in
      // Stage 2 of a table of stage 1 goes without saying, unless the walk ends there.
      step.stage == stage.stage || step == stage.steps.last
    }
    let places = shown.map { "\($0.space):\($0.address)" }
    let width = places.map(\.utf8.count).max() ?? 0
    let levels = shown.map { "level \($0.level)" + ($0.stage == stage.stage ? "" : " of stage 2") }
    let levelWidth = levels.map(\.utf8.count).max() ?? 0
    return [Line("stage \(stage.stage): \(register)\(size)\(bits)")]
      + zip(shown, zip(levels, places)).map { step, names in
        let (level, place) = names
        let padding = String(repeating: " ", count: width - place.utf8.count)
        let margin = String(repeating: " ", count: levelWidth - level.utf8.count)
        return Line("  \(level)\(margin)  ") + Line(place, .address)
          + "\(padding)  \(number(of: step))  \(words(of: step))"
      }
  }

  private func number(of step: Step) -> String {
    step.bits.map { hexadecimal($0.value, digits: 16) } ?? "no memory here    "
  }

  private func words(of step: Step) -> String {
    // What an entry has is of the space that the entry itself is in.
    let place = step.output.map { "\(step.space):\($0)" } ?? ""
    switch step.entry {
    case .unreadable: return "cannot be read"
    case .invalid: return "invalid"
    case .table: return "table at \(place)"
    case .block, .page:
      let size = step.byteCount.map { byteSize($0.value) + " " } ?? ""
      let allowed = step.permissions.map { ", \(words(of: $0))" } ?? ""
      let flag = (step.bits?.value ?? 0) >> 10 & 1 == 0 ? ", access flag clear" : ""
      return "\(size)\(step.entry) at \(place)\(allowed)\(flag)"
    }
  }

  private func lines(of hardware: Hardware) -> [Line] {
    if let obstacle = hardware.obstacle {
      return [Line("the CPU was not asked", .error) + ": \(obstacle)"]
    }
    let result = hardware.output.map { "\(outputSpace):\($0)" } ?? "a fault"
    let head = "\(hardware.instruction ?? ""): \(result)  (PAR_EL1 \(hardware.par ?? 0))"
    if hardware.agrees == true { return [Line("the CPU agrees, \(head)")] }
    return [Line("the CPU disagrees", .error) + ", \(head)"]
      + FieldText.table(hardware.fields).map { Line("  " + $0) }
  }
}

extension WalkAnswer.Permissions {
  /// `EL1 rw-, EL0 r--`, of an address of a space.
  func words(in space: String) -> String {
    let level = space.hasPrefix("hv") ? "EL2" : "EL1"
    return "\(level) \(privileged)" + (el0.map { ", EL0 \($0)" } ?? "")
  }
}
