/// All kinds of answers there are, which is what the schema describes.
enum AnswerKinds {
  static let all: [any Answer.Type] = [
    BreakpointAnswer.self,
    BreakpointChangeAnswer.self,
    BreakpointsAnswer.self,
    DecodedAnswer.self,
    EncodingAnswer.self,
    EntryAnswer.self,
    ExitAnswer.self,
    FaultAnswer.self,
    GuestActionAnswer.self,
    HelpAnswer.self,
    CatchWayAnswer.self,
    HypervisorAnswer.self,
    InterruptsAnswer.self,
    MemoryAnswer.self,
    MessageAnswer.self,
    MonitorAnswer.self,
    RegistersAnswer.self,
    StopAnswer.self,
    LocationAnswer.self,
    ThreadsAnswer.self,
    ThreadAnswer.self,
    TranslationAnswer.self,
    ValueAnswer.self,
    AssignmentAnswer.self,
  ]
}
