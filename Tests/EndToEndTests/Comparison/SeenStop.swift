import Foundation

/// What a debugger shows where a program is stopped.
struct SeenStop: Codable {
  /// The program counter, SP and x0: both debuggers have to be at the same stop.
  let registers: [String: UInt64]
  /// Whether the innermost function is making its frame, or taking it down; only GDB's script tells.
  let isMoving: Bool?
  /// The frames of the program that the CPU is in, the innermost first.
  let frames: [Frame]

  struct Frame: Codable {
    let pc: UInt64
    /// The function as the debugger shows it; nil if it has none.
    let function: String?
    /// The function's name for the linker, if the debugger tells.
    let linkageName: String?
    let isInlined: Bool
    /// The prefix of its addresses; GDB knows no spaces.
    let space: String?
    let file: String?
    let line: Int?
    /// Its parameters and variables; nil if they aren't known.
    var variables: [Variable]?
  }

  struct Variable: Codable {
    let name: String
    let isParameter: Bool
    /// The value, as `info locals` shows it; nil if only its type is known.
    let text: String?
    /// Where it is, as GDB says it, if that changes from instruction to instruction.
    let place: String?
    /// Whether a member of it isn't at its alignment, or on another one; only GDB's script tells.
    var isMisplaced: Bool?
  }
}

extension SeenStop {
  /// What `gdb_stops.py` has written.
  static func stops(ofGDB text: String) throws -> [SeenStop] {
    try text.split(separator: "\n").map {
      try JSONDecoder().decode(SeenStop.self, from: Data($0.utf8))
    }
  }

  /// What the shell has printed as `jsonl` for `StopPlan.script`: at each stop three registers, the arguments of the
  /// innermost frames, and the stack.
  static func stops(ofShell text: String) throws -> [SeenStop] {
    var stops: [SeenStop] = []
    var registers: [String: UInt64] = [:]
    var arguments: [Int: [Variable]] = [:]
    var frame = 0
    for line in text.split(separator: "\n") {
      let event = try JSONDecoder().decode(ShellEvent.self, from: Data(line.utf8))
      guard let command = event.command, let answer = event.answer else { continue }
      switch (command, answer) {
      case (_, .frame(let number)): frame = number
      case (_, .value(let value)): registers[String(command.dropFirst(7))] = value
      case (_, .variables(let variables)): arguments[frame] = variables
      case (_, .stack(var frames)):
        for (index, known) in arguments where frames.indices.contains(index) {
          frames[index].variables?.removeAll(where: \.isParameter)
          frames[index].variables = known + (frames[index].variables ?? [])
        }
        stops.append(SeenStop(registers: registers, isMoving: nil, frames: frames))
        arguments = [:]
      case (_, .other): break
      }
    }
    return stops
  }
}

/// A line of the shell's output, as far as it matters here.
private struct ShellEvent: Decodable {
  let command: String?
  let answer: Answer?

  enum Answer: Decodable {
    case value(UInt64)
    case frame(Int)
    case variables([SeenStop.Variable])
    case stack([SeenStop.Frame])
    case other

    private enum Key: CodingKey { case kind, value, number, variables, areParameters, frames }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Key.self)
      switch try container.decode(String.self, forKey: .kind) {
      case "value": self = .value(try container.decode(HexText.self, forKey: .value).number)
      case "frame": self = .frame(try container.decode(Int.self, forKey: .number))
      case "variables":
        let isParameter = try container.decode(Bool.self, forKey: .areParameters)
        self = .variables(
          try container.decode([Part].self, forKey: .variables).map { $0.variable(isParameter) })
      case "stack":
        // What follows a boundary is another program's.
        self = .stack(
          try container.decode([Frame].self, forKey: .frames).prefix { $0.frame != "boundary" }
            .map(\.seen))
      default: self = .other
      }
    }
  }

  struct HexText: Decodable {
    let number: UInt64

    init(from decoder: any Decoder) throws {
      let text = try decoder.singleValueContainer().decode(String.self)
      number = UInt64(text.dropFirst(2), radix: 16) ?? 0
    }
  }

  struct Part: Decodable {
    struct Value: Decodable { let text: String }
    let name: String
    let value: Value

    func variable(_ isParameter: Bool) -> SeenStop.Variable {
      SeenStop.Variable(name: name, isParameter: isParameter, text: value.text, place: nil)
    }
  }

  struct Frame: Decodable {
    struct Source: Decodable {
      let file: String
      let line: Int
    }
    /// Its value is shortened; `info args` has all of it.
    struct Argument: Decodable { let name: String }
    let frame: String
    let space: String
    let pc: HexText
    let function: String?
    let arguments: [Argument]?
    let locals: [Part]?
    let source: Source?

    var seen: SeenStop.Frame {
      SeenStop.Frame(
        pc: pc.number, function: function, linkageName: nil, isInlined: frame == "inlined",
        space: space,
        file: source?.file, line: source?.line,
        variables: arguments.map { arguments in
          arguments.map {
            SeenStop.Variable(name: $0.name, isParameter: true, text: nil, place: nil)
          } + (locals ?? []).map { $0.variable(false) }
        })
    }
  }
}
