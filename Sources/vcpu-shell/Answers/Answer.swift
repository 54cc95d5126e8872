/// Something that a command has to tell, as data. Its coding keys are a contract: docs/schema.
///
/// An answer is a struct of `String`, `Bool`, `Int`, `Hex`, optionals and arrays of those, structs of the same, and
/// enums that are `String`, `Codable` and `CaseIterable`. Its schema is made from how it decodes itself, which finds
/// nothing else: no dictionary, no enum with payloads, no coding that is written by hand and depends on values.
/// An optional that is nil is left out. The schema says of each type and property what its documentation comment says.
protocol Answer: Codable, Equatable, Sendable {
  /// What it is, in camel case: "exit", "registers". The first key of its JSON, `kind`, has it.
  static var kind: String { get }
}

/// All kinds of answers there are, which is what the schema describes.
enum AnswerKinds {
  static let all: [any Answer.Type] = [
    StopAnswer.self, ExitAnswer.self, EntryAnswer.self, FaultAnswer.self, LocationAnswer.self,
    RegistersAnswer.self, MemoryAnswer.self, ValueAnswer.self, AssignmentAnswer.self,
    TranslationAnswer.self, DecodedAnswer.self, EncodingAnswer.self, BreakpointAnswer.self,
    BreakpointsAnswer.self, ThreadsAnswer.self, ThreadAnswer.self, HypervisorAnswer.self,
    CatchWayAnswer.self, InterruptsAnswer.self, GuestActionAnswer.self, MonitorAnswer.self,
    HelpAnswer.self, MessageAnswer.self,
  ]
}
