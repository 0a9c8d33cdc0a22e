def test_published_lists_become_one_sorted_minimal_list(run, tmp_path):
    (tmp_path / "one.txt").write_text("0.0.0.0 www.b.example # ad\n||a.example^\n@@||ok.c.example^\n")
    (tmp_path / "two.conf").write_text('address=/b.example/\nlocal-zone: "ok.c.example" static\nx.b-b.example\n')
    said = run("normalise", tmp_path / "one.txt", tmp_path / "two.conf", "--out", tmp_path / "out.txt")
    assert said.exit_code == 0, said.stderr
    assert (tmp_path / "out.txt").read_text() == "a.example\nb.example\nx.b-b.example\n"
    assert "3 names from 6 lines" in said.stderr
    assert said.stdout == ""


def test_without_out_the_names_go_to_standard_output(run, tmp_path):
    (tmp_path / "one.txt").write_text("B.example\na.example.\n")
    assert run("normalise", tmp_path / "one.txt").stdout == "a.example\nb.example\n"


def test_rejected_lines_are_told_with_file_number_and_reason(run, tmp_path):
    list_, rejects = tmp_path / "one.txt", tmp_path / "rejects.txt"
    list_.write_text("a.example\nhttp://b.example/path\nco.uk\n")
    said = run("normalise", list_, "--rejects", rejects)
    assert said.exit_code == 0
    assert said.stdout == "a.example\n"
    first, second = rejects.read_text().splitlines()
    assert first.startswith(f"{list_}\t2\t")
    assert second.startswith(f"{list_}\t3\t")
    assert f"rejected: {list_}:2: http://b.example/path:" in run("normalise", list_).stderr


def test_a_file_that_is_missing_or_no_list_is_refused_and_the_old_result_stays(run, tmp_path):
    out = tmp_path / "out.txt"
    out.write_text("before.example\n")
    (tmp_path / "page.html").write_text("<!doctype html><html><body>Please sign in</body></html>\n")
    for name in ("nosuch.txt", "page.html"):
        said = run("normalise", tmp_path / name, "--out", out)
        assert said.exit_code == 1
        assert name in said.stderr
        assert out.read_text() == "before.example\n"


def test_the_rejects_go_nowhere_that_something_else_stands(run, tmp_path):
    list_, out = tmp_path / "one.txt", tmp_path / "out.txt"
    list_.write_text("a.example\nco.uk\n")
    for rejects in (list_, out, tmp_path / "." / "out.txt"):
        said = run("normalise", list_, "--out", out, "--rejects", rejects)
        assert (said.exit_code, "--rejects" in said.stderr) == (2, True)
    assert (list_.read_text(), out.exists()) == ("a.example\nco.uk\n", False)
