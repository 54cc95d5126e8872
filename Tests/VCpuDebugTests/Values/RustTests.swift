import Testing

@testable import VCpuDebug

/// Rust's values, of a program for the host; skipped where there is no rustc.
@Suite(.enabled(if: ProgramFixture.has("rustc") && ProgramFixture.has("cc")))
struct RustTests {
  static let source = """
    #![allow(dead_code)]
    pub struct P { x: i32, y: u8 }
    pub enum Shape { Circle(f64), Rect { w: u32, h: u32 }, Unit }
    #[repr(u8)] #[derive(Clone, Copy)] pub enum Color { Red = 1, Green = 7 }
    pub struct T2(u16, P);
    pub mod inner { pub static STAT: u64 = 77; }
    pub static NAME: &str = "static name";
    pub static OPT: Option<u32> = Some(5);
    pub static NOPT: Option<u32> = None;
    pub static RECT: Shape = Shape::Rect { w: 3, h: 4 };
    pub static CIRCLE: Shape = Shape::Circle(2.5);
    pub static UNIT: Shape = Shape::Unit;
    pub static COL: Color = Color::Green;
    pub static TUP: (i32, u8) = (-4, 9);
    pub static T: T2 = T2(6, P { x: 1, y: 2 });
    pub static SLICE: &[i32] = &[1, 2, 3];
    pub static BN: Option<&P> = None;
    pub static B: bool = true;
    pub static ARR: [u8; 4] = [1, 2, 3, 4];
    pub static RES: Result<u32, i8> = Err(-3);
    pub static NESTED: Option<Option<bool>> = Some(None);
    fn main() {
      std::hint::black_box((&OPT, &NOPT, &RECT, &CIRCLE, &UNIT, &COL, &TUP, &T, &NAME, &SLICE));
      std::hint::black_box((&BN, &B, &ARR, &RES, &NESTED, &inner::STAT));
    }
    """

  static let program = Result {
    let path = ProgramFixture.folder.appendingPathComponent("rust").path
    let file = try ProgramFixture.write(Self.source, "fixture.rs")
    try ProgramFixture.run([
      "rustc", "-g", "-C", "relocation-model=static", "-C", "target-feature=+crt-static",
      "--crate-name", "fixture", "-o", path, file,
    ])
    return ProgramFixture.Compiled(path: path)
  }

  @Test(arguments: [
    ("NAME", "\"static name\""), ("OPT", "Some(5)"), ("NOPT", "None"),
    ("RECT", "Shape::Rect {w: 3, h: 4}"), ("CIRCLE", "Shape::Circle(2.5)"), ("UNIT", "Shape::Unit"),
    ("COL", "Color::Green"), ("TUP", "(-4, 9)"), ("T", "fixture::T2(6, fixture::P {x: 1, y: 2})"),
    ("SLICE", "[1, 2, 3]"), ("BN", "None"), ("B", "true"), ("ARR", "[1, 2, 3, 4]"),
    ("RES", "Err(-3)"), ("NESTED", "Some(None)"), ("inner::STAT", "77"),
  ])
  func prints(name: String, text: String) throws {
    #expect(try Self.program.get().open().text("fixture::" + name) == text)
  }

  @Test func types() throws {
    let types = try Self.program.get().open().types
    let shape = try #require(types.type(named: "fixture::Shape"))
    #expect(
      TypeText.ptype(shape) == [
        "type = enum fixture::Shape {", "  Circle(f64),", "  Rect{w: u32, h: u32},", "  Unit,", "}",
      ])
    let structure = try #require(types.type(named: "fixture::P"))
    #expect(
      TypeText.ptype(structure) == ["type = struct fixture::P {", "  x: i32,", "  y: u8,", "}"])
  }
}
