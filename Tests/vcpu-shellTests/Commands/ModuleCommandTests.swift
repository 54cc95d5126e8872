import Foundation
import TestSupport
import Testing
import VCpuDebug

@testable import vcpu_shell

/// 'add-symbol-file' of files whose sections have no addresses, and where debug information is looked for.
@Suite struct ModuleCommandTests {
  private let fixture: ShellFixture
  private let path: String

  init() throws {
    fixture = try ShellFixture()
    path = try FixtureImages.object.get()
  }

  @Test func aRelocatableFileSaysWhatToType() {
    for command in ["symbol-file", "add-symbol-file"] {
      let text = fixture.run("\(command) \(path)")
      #expect(text.hasPrefix("error: \(path) is relocatable"), "\(text)")
      #expect(text.contains("'add-symbol-file \(path) ADDRESS'"))
    }
    #expect(fixture.run("add-symbol-file \(path) -o 0x1000").contains("is relocatable"))
  }

  @Test func sectionsAreWhereTheyAreSaidToBe() {
    #expect(
      fixture.run("add-symbol-file \(path) 0x40300000 -s .data 0x40301000") == """
        3  hv:0x40300000-0x40300023  \(path)
           2 symbols, debug information
           .text at 0x40300000
           .data at 0x40301000
           unknown, as their addresses weren't given: .bss

        """)
    #expect(
      fixture.run("info symbol 0x40300004").hasPrefix("bump+4: the symbol is at hv:0x40300000"))
    #expect(fixture.run("break bump").hasPrefix("Breakpoint 1 at hv:0x40300"))
    #expect(fixture.run("print &limit").contains("0x40301000"))
    #expect(fixture.run("print total").contains("the address of its section isn't known"))
    #expect(fixture.run("whatis limit").contains("int"))
  }

  @Test(arguments: [
    ("0x40300000 -s .data", "'-s' needs the name of a section and its address"),
    ("0x40300000 -s", "'-s' needs the name of a section and its address"),
    ("0x40300000 -s .text 0x40301000", ".text is given two addresses"),
    ("0x40300000 -s .nope 0x40301000", "it has no section .nope; it has .text, .data, .bss"),
    ("0x40300000 -s .data 0x40300004", ".text and .data would overlap"),
    ("0x40300000 0x40300000", "is none of it"),
    ("0xfffffffffffffffc", ".text would be beyond the end of the address space"),
    ("0x40300000 -o 4", "an address and an offset exclude each other"),
  ])
  func mistakesLoseNothing(arguments: String, words: String) throws {
    let before = fixture.run("info modules")
    let text = fixture.run("add-symbol-file \(path) \(arguments)")
    #expect(text.hasPrefix("error: ") && text.contains(words), "\(text)")
    #expect(fixture.run("info modules") == before)
  }

  @Test func aLinkedFileMovesAsAWhole() throws {
    let guest = try FixtureImages.guest.get()
    #expect(
      fixture.run("add-symbol-file \(guest) 0x40200000 -s .nope 0x40210000").contains(
        "it has no section .nope: give an offset with -o"))
  }

  @Test func foldersAreChosen() {
    #expect(fixture.run("show debug-file-directory") == "/usr/lib/debug\n")
    #expect(fixture.run("set debug-file-directory /a:/b c") == "")
    #expect(fixture.run("show debug-file-directory") == "/a\n/b\nc\n")
    #expect(fixture.run("set debug-file-directory ~/x") == "")
    #expect(fixture.run("show debug-file-directory") == "\(NSHomeDirectory())/x\n")
    #expect(fixture.run("set debug-file-directory") == "")
    #expect(fixture.run("show debug-file-directory").hasPrefix("No folders"))
    #expect(fixture.run("show version").hasPrefix("error: no command 'show'"))
  }

  /// Ctrl-C while an index is read.
  @Test func aReadingIsInterrupted() throws {
    fixture.run("add-symbol-file \(path) 0x40300000")
    fixture.raise(.interrupt)
    #expect(fixture.run("break other.c:2") == "error: interrupted\n")
    #expect(fixture.run("info breakpoints").hasPrefix("No "))
    #expect(fixture.run("break object.c:3").hasPrefix("Breakpoint 1 at hv:0x4030000"))
  }
}
