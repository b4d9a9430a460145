"""Mail that came back, as a test needs it: a delivery report and a complaint about one letter."""

REPORT = """\
From: MAILER-DAEMON@mx.example
To: hello@pressline.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <report-1@mx.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

--b1
Content-Type: text/plain

I'm sorry.
--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Arrival-Date: Fri, 20 Nov 2026 10:00:00 +0000

Final-Recipient: rfc822; ana@example.org
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} no such user

--b1
Content-Type: {copy}

{inner}From: hello@pressline.example
Message-ID: <abc@pressline.example>
Subject: Hello

--b1--
"""
COMPLAINT = """\
From: staff@isp.example
Subject: FW: Hello
Message-ID: <arf-1@isp.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b1"

--b1
Content-Type: text/plain

This is an abuse report.
--b1
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: Some/1.0
Version: 1

--b1
Content-Type: message/rfc822

From: hello@pressline.example
Message-ID: <abc@pressline.example>

Hello
--b1--
"""


def report(action="failed", status="5.1.1", copy="message/rfc822"):
    return REPORT.format(action=action, status=status, copy=copy, inner="").encode()


def nested(depth: int = 1500) -> bytes:
    """Give an automatic answer of parts within parts, deeper than can be read."""
    boundaries = (
        f'Content-Type: multipart/mixed; boundary="b{number}"\r\n\r\n--b{number}\r\n'
        for number in range(depth)
    )
    head = "From: eve@evil.example\r\nAuto-Submitted: auto-replied\r\nMessage-ID: <deep@x>\r\n"
    return "".join([head, *boundaries, "\r\nhello\r\n"]).encode()
