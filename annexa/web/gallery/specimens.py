"""The code that the gallery renders and shows."""

SECTIONS = [
    (
        "Status",
        [
            '{% status "ok" "Implemented" %}\n{% status "part" "In progress" %}\n{% status "idle" "Planned" %}\n'
            '{% status "none" "Open" %}\n{% status "warn" "Out of date" %}\n{% status "bad" "Contradicts" %}\n'
            '{% status "warn" "Waived" "alert-circle-filled" %}',
            '{% severity "critical" "Critical" %}\n{% severity "high" "High" %}\n{% severity "medium" "Medium" %}\n'
            '{% severity "low" "Low" %}',
            "{% maturity 3 4 %}\n{% maturity 0 3 %}\n{% maturity 5 5 %}\n{% maturity 2 %}\n{% maturity None 3 %}",
        ],
    ),
    (
        "Words and people",
        [
            '{% chip "Risk" %}\n{% chip "Contract" "file-text" %}\n{% chip "New" kind="accent" %}\n{% chip "Accepted" kind="ok" %}\n'
            '{% chip "Waived" kind="warn" %}\n{% chip "Failing" kind="bad" %}\n{% chip hostile %}',
            '{% avatar "Mara Lindqvist" %}\n{% avatar "Samir Benali" "ax-av-lg" %}\n{% who "Priya Raman" %}\n{% who None %}',
            '{% count 3 "chart-grid-dots" "3 risks" "#" %}\n{% count 1 "file-text" "1 document" %}\n{% count 0 "file" "0 files" %}',
        ],
    ),
    (
        "Dates",
        [
            "{% for moment in moments %}{% ago moment %}\n{% endfor %}{% ago None %}",
            "{% for date in dates %}{% due date %}\n{% endfor %}{% due yesterday done=True %}\n{% due None %}\n{% day today %}",
        ],
    ),
    (
        "Charts",
        [
            '{% ring "59 percent ready" 73 33 123 caption="ready" %}\n{% ring "1 of 11 steps" 1 0 11 text="1/11" caption="steps" %}\n'
            '{% ring "All done" 4 0 4 %}\n{% ring "Nothing yet" 0 0 0 %}',
            '{% line_chart series "Own score over 12 months, 742 to 812" target=760 target_label="B from 760" %}',
            '{% bar_chart counts "Findings closed a month, 3 to 11" %}',
            '{% sparkline scores "Score, from 742 to 812" %}',
            "{% bars clauses %}",
            '{% meter "20 of 37 implemented, 11 in progress" 20 11 37 %}',
            '{% stack "41 vendors by grade" grades %}\n<p class="ax-key ax-mt4">{% for kind, number in grades %}<span>{% swatch kind %}'
            "{{ kind|upper }} {{ number }}</span>{% endfor %}</p>",
        ],
    ),
    (
        "Buttons",
        [
            '<button type="button" class="btn btn-primary">{% icon "circle-check" %}Approve</button>\n'
            '<button type="button" class="btn ax-btn">{% icon "download" %}Export</button>\n'
            '<button type="button" class="btn ax-btn-quiet">Quiet</button>\n'
            '<button type="button" class="btn ax-btn ax-btn-icon" aria-label="More">{% icon "dots" %}</button>\n'
            '<button type="button" class="btn ax-btn ax-btn-sm">Small</button>\n'
            '<button type="button" class="btn ax-btn is-danger">{% icon "trash" %}Remove</button>\n'
            '<button type="button" class="btn btn-primary" disabled>Not yet</button>',
            '<button type="button" class="ax-filter" popovertarget="sample-menu">Menu{% icon "chevron-down" %}</button>\n'
            '<div class="ax-menu" id="sample-menu" popover>\n'
            '  <a href="#" aria-current="true">{% icon "check" %}Chosen</a>\n  <a href="#">{% icon "check" %}Other</a>\n</div>',
            '<form method="get">{% csrf_token %}<button class="btn ax-btn" name="toast" value="success" data-confirm="Really do it?">'
            "Ask first</button></form>",
            '<a class="btn ax-btn" href="?toast=success&amp;toast=error&amp;toast=info">Show toasts</a>',
        ],
    ),
    (
        "Notes, facts, tabs",
        [
            '<div class="ax-note is-warn">{% icon "alert-triangle-filled" %}<div><strong>2 things stop approval.</strong> A.7.4 has no '
            "reason.</div></div>",
            '<div class="ax-note is-bad">{% icon "alert-triangle-filled" %}<div>1 of 5 checks fails since 11 Nov.</div></div>',
            '<div class="ax-note is-info">{% icon "info-circle" %}<div>This is version 3, approved on 14 Aug 2026.</div></div>',
            '<div class="ax-facts ax-panel"><a href="#"><span class="k">Controls</span><span class="v">93<small>4 left out</small></span></a>'
            '<a href="#"><span class="k">Implemented</span><span class="v">50<small>of 89</small></span></a>'
            '<a href="#"><span class="k">Contradicted</span><span class="v">1<small>3 out of date</small></span></a></div>',
            '<nav class="ax-tabs" aria-label="Parts"><a href="#" aria-current="page">Decision</a><a href="#">Linked<span>14</span></a></nav>\n'
            '<nav class="ax-seg" aria-label="View"><a href="#" aria-current="true">Requirements</a><a href="#">Action plan</a></nav>',
            '<dl class="ax-kv"><dt>Owner</dt><dd>{% who "Samir Benali" %}</dd><dt>Changed</dt><dd>{% day yesterday %}</dd></dl>',
            '{% include "ui/empty.html" with symbol="building-store" title="No vendors yet" text="Add a domain and its first score is '
            'here within a minute." url="#" action="Add a vendor" %}',
        ],
    ),
    (
        "Forms",
        [
            '<form method="post" class="ax-form" novalidate>\n  {{ form }}\n'
            '  {% include "ui/forms/actions.html" with submit="Save" cancel_url="#" %}\n</form>',
            '<form method="post" class="ax-form" novalidate>\n  {{ wrong }}\n</form>',
            '<form class="ax-form" method="post" action="{% url \'gallery:autosave\' %}" data-autosave>\n  {% csrf_token %}\n'
            '  <input type="hidden" name="version" value="1">\n  <div class="ax-field" data-field="note">\n'
            '    <label class="form-label" for="note">Note (try “conflict” and “fail”)</label>\n'
            '    <input class="form-control" id="note" name="note">\n  </div>\n  <p class="ax-saving" data-autosave-state role="status"></p>\n'
            "</form>",
        ],
    ),
]
