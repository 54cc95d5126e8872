/// Commands that belong together, in the order of `help`.
struct HelpTopic: Sendable {
  /// What `help` calls it.
  let name: String
  /// What the commands are for, in a few words.
  let summary: String
  let commands: [any ShellCommand.Type]
}

extension CommandTable {
  /// All commands.
  static let standard = CommandTable(topics: [
    HelpTopic(
      name: "catching", summary: "stop at guest exits, examine them, act on them",
      commands: [
        CatchExitCommand.self, TemporaryCatchExitCommand.self, CatchEntryCommand.self,
        TemporaryCatchEntryCommand.self, CatchFaultCommand.self, TemporaryCatchFaultCommand.self,
        InfoExitCommand.self, InfoHypervisorCommand.self, InfoInterruptsCommand.self,
        ExitsCommand.self, ExitsStatCommand.self, ExitsHistogramCommand.self,
        ExitsMarkCommand.self, ExitsDiffCommand.self, ExitsRepeatsCommand.self,
        ExitsTopCommand.self, ExitsExportCommand.self, ExitsReportCommand.self,
        SkipCommand.self, CompleteCommand.self, InjectCommand.self, SetCatchWayCommand.self,
      ]),
    HelpTopic(
      name: "running", summary: "start, stop and step the target, choose a CPU",
      commands: [
        RunCommand.self, StartCommand.self, StartInstructionCommand.self, ContinueCommand.self,
        InterruptCommand.self, SignalCommand.self, StepCommand.self, NextCommand.self,
        StepInstructionCommand.self, NextInstructionCommand.self, SetStepIRQCommand.self,
        FinishCommand.self, ReturnCommand.self, UntilCommand.self, AdvanceCommand.self,
        JumpCommand.self, InfoThreadsCommand.self,
        ThreadCommand.self, ThreadApplyCommand.self,
      ]),
    HelpTopic(
      name: "data", summary: "registers, memory, expressions",
      commands: [
        PrintCommand.self, DisplayCommand.self, UndisplayCommand.self, InfoDisplayCommand.self,
        SetCommand.self, ExamineCommand.self, InfoRegistersCommand.self,
        DisassembleCommand.self, FindCommand.self, DumpCommand.self, AppendCommand.self,
        RestoreCommand.self, WalkCommand.self, InfoMappingsCommand.self,
        InfoVirtualMachinesCommand.self, AddVirtualMachineCommand.self,
        DeleteVirtualMachineCommand.self, DecodeRegisterCommand.self,
        SnapshotSaveCommand.self,
      ]),
    HelpTopic(
      name: "stack", summary: "frames of the hypervisor and its guests, variables",
      commands: [
        BacktraceCommand.self, FrameCommand.self, UpCommand.self, DownCommand.self,
        InfoFrameCommand.self, InfoLocalsCommand.self, InfoArgsCommand.self, ContextCommand.self,
        SetContextCommand.self,
      ]),
    HelpTopic(
      name: "symbols", summary: "files with symbols, names, source",
      commands: [
        SymbolFileCommand.self, AddSymbolFileCommand.self, UnloadCommand.self,
        InfoModulesCommand.self, InfoSymbolCommand.self, InfoAddressCommand.self,
        InfoFunctionsCommand.self, InfoVariablesCommand.self, ListCommand.self,
        InfoSourceCommand.self, InfoLineCommand.self, DirectoryCommand.self,
        SetSubstitutePathCommand.self, UnsetSubstitutePathCommand.self,
        SetDebugFoldersCommand.self, ShowDebugFoldersCommand.self, PTypeCommand.self,
        WhatIsCommand.self, InfoGuestCommand.self,
      ]),
    HelpTopic(
      name: "breakpoints", summary: "stop at instructions and accesses, run commands at stops",
      commands: [
        BreakCommand.self, TemporaryBreakCommand.self, HardwareBreakCommand.self,
        WatchCommand.self, ReadWatchCommand.self, AccessWatchCommand.self,
        CommandsCommand.self, ConditionCommand.self, IgnoreCommand.self, EnableCommand.self,
        DisableCommand.self, DeleteCommand.self, ClearCommand.self, RegexBreakCommand.self,
        InfoBreakpointsCommand.self, InfoCatchCommand.self,
        SaveBreakpointsCommand.self,
      ]),
    HelpTopic(
      name: "tests", summary: "assert, expect, and react to what happens",
      commands: [
        TestCommand.self, AssertCommand.self, ExpectExitCommand.self, ExpectNoExitCommand.self,
        ExpectConsoleCommand.self, ExpectStopCommand.self, SendConsoleCommand.self,
        TimeoutCommand.self, OnExitCommand.self, OnConsoleCommand.self, OnEndCommand.self,
      ]),
    HelpTopic(
      name: "scripts", summary: "conditions, loops, commands of your own, text",
      commands: [
        IfCommand.self, WhileCommand.self, ForCommand.self, LoopBreakCommand.self,
        LoopContinueCommand.self, TryCommand.self, DefineCommand.self, DocumentCommand.self,
        AliasCommand.self, EvalCommand.self, PrintfCommand.self, EchoCommand.self,
        SourceCommand.self, RecordCommandsCommand.self,
      ]),
    HelpTopic(
      name: "session", summary: "help, output, other programs, the end",
      commands: [
        HelpCommand.self, AproposCommand.self, SetPaginationCommand.self, SetStyleCommand.self,
        SetWidthCommand.self, ScreenCommand.self, LayoutCommand.self,
        RefreshCommand.self, LogCommand.self, ShellEscapeCommand.self, PipeCommand.self,
        MonitorCommand.self, DetachCommand.self, DisconnectCommand.self, KillCommand.self,
        QuitCommand.self,
      ]),
  ])
}
